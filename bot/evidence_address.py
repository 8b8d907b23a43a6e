"""What may stand in GRIDWHISTLE_EVIDENCE_URL: a folder, a bucket, or what another driver of fsspec calls a place.

Laws: it names a place of its own, never the root of a disk or the folder of the moment; it holds no credentials, and nothing that
would be cut off it; what does not fit is not repeated, since it may be a secret.
"""

import re
from urllib.parse import SplitResult, urlsplit

_PLACE = re.compile(r"[a-z][a-z0-9+.-]*://(?P<rest>.+)")
_CREDENTIALS = re.compile(r"[^/]*@|.*:.*@")  # a key may have slashes in it
_DRIVE = re.compile(r"/[A-Za-z]:")  # C: alone is the folder of the moment on that disk
_WHOLE = "应为 file:///文件夹 或 s3://桶/前缀 / must be file:///FOLDER or s3://BUCKET/PREFIX"


def evidence_address(url: str) -> str:
    """The address without the slashes at its end.

    Raises:
        ValueError: it does not fit; the text says why, in Chinese and English.
    """
    place = _PLACE.fullmatch(url)
    if place is None:
        raise ValueError(_WHOLE)
    if not url.startswith("file:") and _CREDENTIALS.match(place["rest"]):
        raise ValueError(
            "密钥不能写在地址里,请用驱动自己的环境变量 / no credentials in the address; "
            "the driver has variables of its own (AWS_ACCESS_KEY_ID …)"
        )
    if "?" in url or "#" in url:
        raise ValueError(
            "地址里不能有 ? 和 #(文件夹名里的写作 %3F、%23) / "
            "no ? and no # in the address (in a folder's name: %3F and %23)"
        )
    try:
        parts = urlsplit(url.rstrip("/"))
    except ValueError:  # it would repeat the address
        raise ValueError(_WHOLE) from None
    _refuse_nowhere(parts)
    return url.rstrip("/")


def _refuse_nowhere(parts: SplitResult) -> None:
    is_folder = parts.path and not parts.netloc and not _DRIVE.fullmatch(parts.path)
    match parts.scheme:
        case "local" | "file" if (
            parts.scheme == "local" or not is_folder
        ):  # fsspec's other name for it
            raise ValueError("应为 file:///文件夹 / must be file:///FOLDER")
        case "s3" if not parts.netloc or ":" in parts.netloc:
            raise ValueError("应为 s3://桶/前缀 / must be s3://BUCKET/PREFIX")
        case "memory":
            raise ValueError("进程结束就没有了 / what lies there ends with the process")
    if not (parts.netloc or parts.path):
        raise ValueError(_WHOLE)
