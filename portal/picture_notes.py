"""What a picture tells beside its pixels, so that the doctor learns what we took out."""

from typing import IO

from PIL import ExifTags, Image

#: What a file may tell, and how we say that it did. The order in which people hear it.
NOTES = {
    "place": "the place",
    "time": "the time",
    "device": "the device",
    "film": "a short film",
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
    ExifTags.Base.ImageUniqueID,
    ExifTags.Base.UserComment,
    ExifTags.Base.XPAuthor,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPKeywords,
    ExifTags.Base.XPSubject,
    ExifTags.Base.XPTitle,
}
# Many cameras write an empty part for the place, with nothing in it but the part's own version.
PLACES = {
    ExifTags.GPS.GPSLatitude,
    ExifTags.GPS.GPSLongitude,
    ExifTags.GPS.GPSAltitude,
    ExifTags.GPS.GPSDestLatitude,
    ExifTags.GPS.GPSDestLongitude,
    ExifTags.GPS.GPSAreaInformation,
}
PLACE_TIMES = {ExifTags.GPS.GPSDateStamp, ExifTags.GPS.GPSTimeStamp}
# As they stand in XMP, which programs write beside or instead of Exif.
IN_XMP = {
    "place": (b"GPSLatitude", b"photoshop:City", b"LocationShown", b"LocationCreated"),
    "time": (b"DateTimeOriginal", b"xmp:CreateDate", b"photoshop:DateCreated"),
    "device": (b"tiff:Model", b"tiff:Make", b"aux:SerialNumber", b"xmp:CreatorTool"),
    "film": (b"MotionPhoto", b"MicroVideo"),
    "other": (b"dc:creator", b"dc:description", b"dc:title", b"dc:subject", b"PersonInImage"),
}
# IPTC, which press offices and hospitals' archives write: the numbers of its second part, as they stand in
# the file. https://www.iptc.org/std/photometadata/specification/IPTC-PhotoMetadata
IN_IPTC = {
    "place": (26, 27, 90, 92, 95, 100, 101),
    "time": (55, 60, 62, 63),
    "device": (65,),
}
# Names of the loose texts that a PNG may hold; any other is "other".
IN_TEXTS = {"Creation Time": "time", "date:create": "time", "Software": "device", "Source": "device"}
# What belongs to the picture: how it is stored, its colours, and what we read by its own name.
OWN_PARTS = (b"JFIF", b"Adobe", b"ICC_PROFILE", b"Exif", b"http://ns.adobe.com/xap/1.0/", b"Photoshop 3.0")
# The beginning of a film in the middle of a file: phones hang one behind the picture ("live" photos).
FILMS = (b"ftypmp4", b"ftypiso", b"ftypqt", b"ftypavc1")
PIECE_BYTES = 1024 * 1024


def told(picture: Image.Image) -> tuple[str, ...]:
    """The keys of NOTES that hold for an opened picture."""
    found = _in_exif(picture) | _in_xmp(picture) | _in_iptc(picture) | _in_format(picture)
    return tuple(name for name in NOTES if name in found)


def _in_exif(picture: Image.Image) -> set[str]:
    exif = picture.getexif()
    tags = {tag for tag, value in exif.items() if value}
    tags |= {tag for tag, value in exif.get_ifd(ExifTags.IFD.Exif).items() if value}
    found = {kind for kind, known in (("time", TIMES), ("device", DEVICES), ("other", NAMES)) if tags & known}
    place = exif.get_ifd(ExifTags.IFD.GPSInfo).keys()
    found |= {kind for kind, known in (("place", PLACES), ("time", PLACE_TIMES)) if place & known}
    # A small copy of the picture: often of the whole, when the picture itself was cut.
    return found | ({"other"} if exif.get_ifd(ExifTags.IFD.IFD1) else set())


def _in_xmp(picture: Image.Image) -> set[str]:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    raw = packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet)
    return {kind for kind, words in IN_XMP.items() if any(word in raw for word in words)}


def _in_iptc(picture: Image.Image) -> set[str]:
    parts = picture.info.get("photoshop") or {}
    raw = b"".join(part for part in parts.values() if isinstance(part, bytes))
    kinds = {kind for kind, numbers in IN_IPTC.items() if any(bytes((28, 2, one)) in raw for one in numbers)}
    return kinds | ({"other"} if parts else set())


def _in_format(picture: Image.Image) -> set[str]:
    """What is written in places of which each kind of file has its own."""
    if parts := getattr(picture, "applist", None):
        found = {"other"} if any(not part.startswith(OWN_PARTS) for _, part in parts) else set()
        return found | ({"film"} if _has_film(picture.fp) else set())  # type: ignore[attr-defined]
    if texts := getattr(picture, "text", None):
        return {IN_TEXTS.get(name, "other") for name in texts if name != "XML:com.adobe.xmp"}
    return set()


def _has_film(file: IO[bytes]) -> bool:
    at, end = file.tell(), b""
    file.seek(0)
    try:
        while piece := file.read(PIECE_BYTES):
            if any(start in end + piece for start in FILMS):
                return True
            end = piece[-8:]
        return False
    finally:
        file.seek(at)
