"""What a file is, is read from its bytes; what is not on the list is nothing that we keep."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media_types import media_type
from bot.sandbox.files import grey_jpeg, spoken
from models.vocabulary import MediaType

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(1024, b"\0")


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml/>")
    return held.getvalue()


def boxed(brand: bytes, *compatible: bytes) -> bytes:
    body = b"ftyp" + brand + bytes(4) + b"".join(compatible)
    return struct.pack(">I", len(body) + 4) + body + b"\0\0\0\x08mdat"


def compound(*streams: str) -> bytes:
    return OLE2 + b"".join(f"{name}\0".encode("utf-16-le").ljust(128, b"\0") for name in streams)


TAKEN = {
    "jpeg": (grey_jpeg(8, 8, b"x"), MediaType.JPEG),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MediaType.PNG),
    "gif": (b"GIF89a\x01\0\x01\0", MediaType.GIF),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", MediaType.WEBP),
    "heic of a telephone": (boxed(b"mif1", b"mif1", b"heic"), MediaType.HEIC),
    "voice message": (spoken(3, b"x"), MediaType.OGG),
    "mp3 with a tag": (b"ID3\x04\0\0\0\0\0\0", MediaType.MP3),
    "mp3 without": (b"\xff\xfb\x90\x64" + bytes(400), MediaType.MP3),
    "m4a": (boxed(b"M4A ", b"isom"), MediaType.M4A),
    "amr": (b"#!AMR\n\x3c", MediaType.AMR),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt ", MediaType.WAV),
    "mp4": (boxed(b"isom", b"iso2", b"mp41"), MediaType.MP4),
    "film of an iPhone": (boxed(b"qt  "), MediaType.MP4),
    "film of an old telephone": (boxed(b"3gp5"), MediaType.MP4),
    "pdf": (b"%PDF-1.7\n", MediaType.PDF),
    "doc or wps": (compound("WordDocument", "1Table"), MediaType.DOC),
    "xls or et": (compound("Workbook"), MediaType.XLS),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), MediaType.DOCX),
    "xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), MediaType.XLSX),
    "ofd": (zipped("OFD.xml", "Doc_0/Document.xml"), MediaType.OFD),
    "text of today": ("楼上漏水，三天不修。\r\n".encode(), MediaType.TEXT),
    "text of yesterday": ("웃집에서 물이 샙니다. 楼上漏水\n".encode("gb18030"), MediaType.TEXT),
    "text of Notepad": ("楼上漏水".encode("utf-16"), MediaType.TEXT),
}
REFUSED = {
    "program": b"MZ\x90\0" + bytes(200),
    "program of Linux": b"\x7fELF\x02\x01\x01",
    "web page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "web page behind a mark": "\ufeff  <html>".encode(),
    "web page that begins late": b"hello\n<script src=x></script>",
    "drawing that can run": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "xml": b'<?xml version="1.0"?><a/>',
    "script": b"#!/bin/sh\nrm -rf x\n",
    "archive": zipped("a.txt", "b.txt"),
    "app": zipped("META-INF/MANIFEST.MF", "classes.dex", "AndroidManifest.xml"),
    "document with a program in it": zipped("word/document.xml", "word/vbaProject.bin"),
    "old document with a program in it": compound("WordDocument", "_VBA_PROJECT"),
    "installer": compound("!_StringData"),
    "rar": b"Rar!\x1a\x07\x01\0",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "broken archive": b"PK\x03\x04" + bytes(40),
    "noise": bytes(range(256)),
    "text with a zero in it": b"abc\0def",
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_people_send_is_known_by_its_content(what: str):
    content, expected = TAKEN[what]

    assert media_type(content, None) is expected


@pytest.mark.parametrize("what", sorted(TAKEN.keys() - {k for k in TAKEN if k.startswith("text")}))
def test_a_wrong_name_does_not_matter(what: str):
    content, expected = TAKEN[what]

    assert media_type(content, "something.exe") is expected


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("name", [None, "照片.jpg", "合同.pdf", "说明.txt"])
def test_what_can_run_or_hide_is_not_taken_whatever_it_is_called(what: str, name: str | None):
    assert media_type(REFUSED[what], name) is None


@pytest.mark.parametrize("name", ["a.bat", "a.js", "a.ps1", "a.vbs", "a.html", "a.py"])
def test_plain_text_under_the_name_of_a_script_is_not_taken(name: str):
    assert media_type(b"del *.*\r\n", name) is None


@given(st.sampled_from(sorted(TAKEN)), st.data())
def test_a_damaged_file_is_judged_and_never_breaks_us(what: str, data: st.DataObject):
    content = bytearray(TAKEN[what][0])
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    assert media_type(bytes(content[:cut]), data.draw(st.text(max_size=8))) in {None, *MediaType}


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(content: bytes):
    assert media_type(content, "a.txt") in {None, *MediaType}
