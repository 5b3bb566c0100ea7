"""A drawn portrait for the demo doctor, so that nobody's real face is needed."""

import io

from PIL import Image, ImageDraw

WALL = "#cfe5e0"
HAIR = "#2b2320"
SKIN = "#c68e68"
SHADE = "#b37c58"
COAT = "#fbfbf9"
SHIRT = "#1f7a78"
# Drawn this much larger and then made small, which gives smooth edges.
FINE = 3


def drawn(side: int = 480) -> bytes:
    """A PNG of a friendly person in a white coat."""
    picture = Image.new("RGB", (480 * FINE, 480 * FINE), WALL)
    pen = ImageDraw.Draw(picture)

    def oval(colour: str, *box: int) -> None:
        pen.ellipse([edge * FINE for edge in box], fill=colour)

    def shape(colour: str, *corners: tuple[int, int]) -> None:
        pen.polygon([(x * FINE, y * FINE) for x, y in corners], fill=colour)

    oval(HAIR, 128, 70, 352, 330)  # hair behind
    shape(HAIR, (130, 200), (350, 200), (372, 420), (108, 420))
    oval(COAT, 40, 338, 440, 640)  # shoulders
    shape(SHIRT, (188, 344), (292, 344), (240, 480))
    shape(SHADE, (205, 290), (275, 290), (280, 352), (240, 378), (200, 352))  # neck
    oval(SKIN, 158, 110, 322, 322)  # face
    oval(HAIR, 150, 78, 330, 190)  # hair in front
    oval(SKIN, 172, 140, 340, 330)
    oval(SKIN, 158, 150, 322, 322)
    oval(HAIR, 196, 214, 210, 230)  # eyes
    oval(HAIR, 270, 214, 284, 230)
    pen.arc([edge * FINE for edge in (206, 236, 274, 290)], 25, 155, fill="#8c4a3c", width=6 * FINE)
    sheet = io.BytesIO()
    picture.resize((side, side), Image.Resampling.LANCZOS).save(sheet, "PNG")
    return sheet.getvalue()
