"""Files to upload, good and bad, made on the fly."""

import io
import struct
import tarfile
import zipfile
from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pillow_heif
from PIL import ExifTags, Image, ImageCms

pillow_heif.register_heif_opener()

UPRIGHT = bytes.fromhex("00010000" + "00" * 12 + "00010000" + "00" * 12 + "40000000")
ON_ITS_SIDE = bytes.fromhex("00" * 4 + "00010000" + "00" * 4 + "ffff0000" + "00" * 16 + "40000000")
# For films whose size matters and not their look: made in a fraction of the time.
HASTY = {"libx264": {"preset": "ultrafast"}, "libvpx": {"deadline": "realtime", "cpu-used": "8"}}
SECRETS = (b"Apple", b"iPhone", b"Asha", b"12.97", b"2026:05:04", b"2026-05-04")


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    sheet = io.BytesIO()
    Image.new(options.pop("mode", "RGB"), size, options.pop("colour", (20, 120, 110))).save(
        sheet, kind, **options
    )
    return sheet.getvalue()


def noise(kind: str, size: tuple[int, int], mode: str = "RGB") -> bytes:
    """A picture that hardly gets smaller."""
    sheet = io.BytesIO()
    grain = Image.effect_noise(size, 120)
    Image.merge(mode, [grain] * len(mode)).save(sheet, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return sheet.getvalue()


def exif(*, turned: bool = False) -> bytes:
    """As a phone writes it: place, time, device, name."""
    notes = Image.Exif()
    notes[ExifTags.Base.Make], notes[ExifTags.Base.Model] = "Apple", "iPhone 17"
    notes[ExifTags.Base.Artist] = "Asha Menon"
    if turned:
        notes[ExifTags.Base.Orientation] = 6
    notes.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:05:04 09:00:00"
    place = notes.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (12.0, 58.0, 12.0)
    return notes.tobytes()


def with_parts(jpeg: bytes, *parts: tuple[int, bytes]) -> bytes:
    """The same JPEG with more parts behind its first two bytes, each with the number of its marker."""
    written = (b"\xff" + bytes((marker,)) + struct.pack(">H", len(said) + 2) + said for marker, said in parts)
    return jpeg[:2] + b"".join(written) + jpeg[2:]


def iptc(*facts: tuple[int, bytes]) -> bytes:
    """As archives of press offices write it: numbers of its second part, and what stands there."""
    said = b"".join(
        b"\x1c\x02" + bytes((number,)) + struct.pack(">H", len(word)) + word for number, word in facts
    )
    return (
        b"Photoshop 3.0\0"
        + b"8BIM\x04\x04\0\0"
        + struct.pack(">I", len(said))
        + said
        + b"\0" * (len(said) % 2)
    )


def grey16() -> bytes:
    """As an X-ray program writes it: 16 bits of grey, from black on the left to white on the right."""
    tones = Image.linear_gradient("L").rotate(90).convert("I").point(lambda tone: tone * 257)
    sheet = io.BytesIO()
    tones.convert("I;16").save(sheet, "PNG")
    return sheet.getvalue()


def other_colours() -> bytes:
    """A profile in which red and green have changed places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"?XYZ", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"?XYZ", b"gXYZ", 1)


def video(
    folder: Path,
    *,
    kind: str = "mov",
    seconds: float = 1.0,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    sound: str | None = "aac",
    first: bool = False,
    turned: bool = False,
    rate: int = 25,
    tones: str = "yuv420p",
    layout: str = "stereo",
    sound_at: float = 0.0,
    coder: dict[str, str] | None = None,
    wide: bool = False,
) -> bytes:
    """A tiny film with what a phone notes in it. `first`: its index stands before its pictures; `sound_at`:
    the second at which it begins to sound; `wide`: in colours of high dynamic range, as new phones film."""
    path = folder / f"film.{kind}"
    movflags = "use_metadata_tags" + ("+faststart" if first else "")
    with av.open(str(path), "w", format=kind, options={"movflags": movflags}) as film:
        film.metadata.update(
            {
                "location": "+12.9716+077.5946/",
                "com.apple.quicktime.make": "Apple",
                "creation_time": "2026-05-04T09:00:00Z",
                "artist": "Asha Menon",
            }
        )
        pictures = film.add_stream(codec, rate=rate, options=coder or {})
        pictures.width, pictures.height, pictures.pix_fmt = *size, tones
        colours = {"color_primaries": 9, "color_trc": 18, "colorspace": 9} if wide else {}
        for name, number in colours.items():
            setattr(pictures.codec_context, name, number)
        voice = film.add_stream(sound, rate=48000, layout=layout) if sound else None
        for number in range(round(rate * seconds)):
            frame = av.VideoFrame.from_image(Image.new("RGB", size, (number * 9 % 255, 90, 90)))
            film.mux(pictures.encode(frame))
        film.mux(pictures.encode())
        if voice:
            _silence(film, voice, seconds, sound_at)
    content = path.read_bytes()
    return content.replace(UPRIGHT, ON_ITS_SIDE, 2).replace(ON_ITS_SIDE, UPRIGHT, 1) if turned else content


def with_note(film: bytes) -> bytes:
    """The same film with a camera's note between its pictures, in the place of the encoder's own."""
    of_encoder = bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef")
    return film.replace(of_encoder, bytes(range(65, 81))).replace(b"x264 - core", b"Asha Menon ")


def half_hidden(film: bytes) -> bytes:
    """As a phone cuts a film: all of it is there, and its list of edits says to begin in the middle."""
    at = film.index(b"elst") + 12
    lasts, begins = struct.unpack(">Ii", film[at : at + 8])
    step = int.from_bytes(film[(clock := film.index(b"mdhd") + 16) : clock + 4])
    edit = struct.pack(">Ii", lasts // 2, begins + lasts * step // 2000)
    return film[:at] + edit + film[at + 8 :]


def says_shorter(film: bytes, times: int) -> bytes:
    """The same film, whose index says that it lasts only a part of its time."""
    at = film.index(b"mdhd") + 20
    lasts = int.from_bytes(film[at : at + 4])
    return film[:at] + (lasts // times).to_bytes(4) + film[at + 4 :]


def _silence(film: Any, voice: Any, seconds: float, begins: float) -> None:
    kind, layout = voice.codec_context.format.name, voice.codec_context.layout.name
    for number in range(int(48 * seconds)):
        frame = av.AudioFrame(format=kind, layout=layout, samples=1000)
        for plane in frame.planes:
            plane.update(array("b", bytes(plane.buffer_size)))
        frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
        frame.pts = number * 1000 + round(begins * 48000)
        film.mux(voice.encode(frame))
    film.mux(voice.encode())


def archive(unpacked: int = 100) -> bytes:
    """A ZIP, and with many bytes unpacked a bomb; office documents are such files."""
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"\0" * unpacked)
    return sheet.getvalue()


DICOM = b"\0" * 128 + b"DICM" + b"\x10\0\x10\0PN\x0a\0Asha Menon"


def tape(name: str = "photo.jpg") -> bytes:
    """A TAR, with an empty file in it."""
    sheet = io.BytesIO()
    with tarfile.open(fileobj=sheet, mode="w") as packed:
        packed.addfile(tarfile.TarInfo(name))
    return sheet.getvalue()


# Without the first 128 bytes and the list of facts about the file: as some scanners send it.
BARE_DICOM = b"\x08\0\x05\0\x0a\0\0\0ISO_IR 100" + b"\x10\0\x10\0\x0a\0\0\0Asha^Menon"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def tower(kind: str = "JPEG", size: tuple[int, int] = (600, 1200), **options: Any) -> bytes:
    """Far taller than wide: red at the top, white in the middle, blue at the bottom."""
    picture = Image.new("RGB", size, "white")
    third = size[1] // 3
    picture.paste("red", (0, 0, size[0], third))
    picture.paste("blue", (0, size[1] - third, size[0], size[1]))
    sheet = io.BytesIO()
    picture.save(sheet, kind, **options)
    return sheet.getvalue()
