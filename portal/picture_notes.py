"""What a picture tells beside its pixels, so that the doctor learns what we took out."""

from PIL import ExifTags, Image

#: What a file may tell, and how we say that it did. The order in which people hear it.
NOTES = {
    "place": "the place",
    "time": "the time",
    "device": "the device",
    "other": "other notes",
}

TIMES = {ExifTags.Base.DateTime, ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized}
DEVICES = {
    ExifTags.Base.Make,
    ExifTags.Base.Model,
    ExifTags.Base.Software,
    ExifTags.Base.HostComputer,
    ExifTags.Base.MakerNote,
    ExifTags.Base.BodySerialNumber,
    ExifTags.Base.CameraOwnerName,
    ExifTags.Base.LensMake,
    ExifTags.Base.LensModel,
    ExifTags.Base.LensSerialNumber,
}
NAMES = {
    ExifTags.Base.Artist,
    ExifTags.Base.Copyright,
    ExifTags.Base.ImageDescription,
    ExifTags.Base.UserComment,
    ExifTags.Base.XPAuthor,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPKeywords,
    ExifTags.Base.XPTitle,
}
# As they stand in XMP, which programs write beside or instead of Exif.
IN_XMP = {
    "place": (b"GPSLatitude", b"photoshop:City", b"LocationShown", b"LocationCreated"),
    "time": (b"DateTimeOriginal", b"xmp:CreateDate", b"photoshop:DateCreated"),
    "device": (b"tiff:Model", b"tiff:Make", b"aux:SerialNumber", b"xmp:CreatorTool"),
    "other": (b"dc:creator", b"dc:description", b"dc:title", b"dc:subject", b"PersonInImage"),
}
# Pillow's names for what formats keep as loose text.
LOOSE = ("comment", "photoshop", "Author", "Description", "Title", "Comment", "Copyright")


def told(picture: Image.Image) -> tuple[str, ...]:
    """The keys of NOTES that hold for an opened picture."""
    found = _in_exif(picture) | _in_xmp(picture)
    if any(picture.info.get(name) for name in LOOSE):
        found.add("other")
    return tuple(name for name in NOTES if name in found)


def _in_exif(picture: Image.Image) -> set[str]:
    exif = picture.getexif()
    tags = {tag for tag, value in exif.items() if value}
    tags |= {tag for tag, value in exif.get_ifd(ExifTags.IFD.Exif).items() if value}
    found = {"place"} if exif.get_ifd(ExifTags.IFD.GPSInfo) else set()
    kinds = {"time": TIMES, "device": DEVICES, "other": NAMES}
    return found | {kind for kind, known in kinds.items() if tags & known}


def _in_xmp(picture: Image.Image) -> set[str]:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    raw = packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet)
    return {kind for kind, words in IN_XMP.items() if any(word in raw for word in words)}
