"""Photographs: made anew, cut to 3 by 4, without what came with them; and every file that is none is refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from PIL.ExifTags import Base
from sqlalchemy import select

from app.database import db
from app.delegations.models import Delegate, DelegatePhoto
from app.delegations.operations.consents import give_consent, withdraw_consent
from app.delegations.operations.photos import remove_photo, set_photo
from app.delegations.queries.photos import photo_of, photos_of, public_photo_of
from app.delegations.rules.consents import Purpose
from app.errors import Refusal
from app.history.queries import of
from app.pictures import Crop, portrait
from tests.factories import ACTOR, NOW, make_conference, make_delegate


def picture(kind: str = "JPEG", size: tuple[int, int] = (1600, 1200), **options: Any) -> bytes:
    """Left half red, right half blue, a white top edge."""
    made = Image.new("RGB", size, "#b02020")
    made.paste("#2020b0", (size[0] // 2, 0, size[0], size[1]))
    made.paste("#ffffff", (0, 0, size[0], size[1] // 10))
    target = io.BytesIO()
    made.save(target, kind, **options)
    return target.getvalue()


def shown(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def colour(content: bytes, x: float, y: float) -> str:
    made = shown(content)
    red, green, blue = made.getpixel((int(x * (made.width - 1)), int(y * (made.height - 1))))  # type: ignore[misc]
    return "white" if green > 150 else "red" if red > blue else "blue"


def bomb(kind: str) -> bytes:
    """A small file that claims to be enormous."""
    if kind == "png":
        chunk = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
        header = b"IHDR" + chunk
        return (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
                + b"\0\0\0\0IEND\xaeB`\x82")  # fmt: skip
    return b"GIF89a\xff\xff\xff\xff\x80\0\0" + b"\0\0\0\xff\xff\xff" + b"," + b"\0" * 40


def polyglot(ending: bytes) -> bytes:
    return picture() + ending


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_portrait_is_a_new_jpeg_three_by_four(kind: str) -> None:
    made = portrait(picture(kind))

    assert made.content[:2] == b"\xff\xd8"
    assert (made.width, made.height) == shown(made.content).size == (900, 1200)


def test_portrait_is_not_made_larger_than_the_picture() -> None:
    made = portrait(picture(size=(400, 300)))

    assert (made.width, made.height) == (225, 300)


def test_portrait_takes_the_middle_when_nobody_chose() -> None:
    made = portrait(picture())

    assert [colour(made.content, x, 0.5) for x in (0.1, 0.9)] == ["red", "blue"]


def test_portrait_takes_what_was_chosen() -> None:
    made = portrait(picture(), crop=Crop(0.0, 0.4, 0.225, 0.4))

    assert [colour(made.content, x, y) for x, y in ((0.05, 0.05), (0.95, 0.95))] == ["red", "red"]
    assert abs(made.width / made.height - 0.75) < 0.01


@pytest.mark.parametrize("crop", [Crop(-1, 0, 1, 1), Crop(0, 0, 9, 9), Crop(0.9, 0.9, 0.5, 0.5), Crop(0, 0, 0, 0)])
def test_portrait_passes_over_a_choice_that_cannot_be(crop: Crop) -> None:
    assert portrait(picture(), crop=crop).content == portrait(picture()).content


def test_portrait_stands_upright_and_tells_nothing_of_the_camera() -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = 6  # the camera was turned: the left edge is the top
    exif[Base.Make] = "Geheim-Kamera"
    content = picture(size=(1600, 1200), exif=exif.tobytes(), comment=b"at home")

    made = portrait(content)

    assert [colour(made.content, 0.5, y) for y in (0.02, 0.98)] == ["red", "blue"]
    assert b"Geheim" not in made.content
    assert b"at home" not in made.content
    assert dict(Image.open(io.BytesIO(made.content)).getexif()) == {}


def test_portrait_of_a_large_upright_png_keeps_its_direction() -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    made = portrait(picture("PNG", size=(5200, 3900), exif=exif.tobytes()))

    assert [colour(made.content, 0.5, y) for y in (0.02, 0.98)] == ["red", "blue"]
    assert (made.width, made.height) == (900, 1200)


def test_portrait_keeps_its_greys_when_they_have_16_bits() -> None:
    target = io.BytesIO()
    Image.new("I;16", (600, 800), 128 * 257).save(target, "PNG")

    shown = Image.open(io.BytesIO(portrait(target.getvalue()).content)).convert("L")
    assert shown.getextrema() == (128, 128)


def test_portrait_shows_what_is_clear_as_white() -> None:
    made = Image.new("RGBA", (600, 800), (0, 0, 0, 0))
    target = io.BytesIO()
    made.save(target, "PNG")

    assert colour(portrait(target.getvalue()).content, 0.5, 0.5) == "white"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\xff\xd8\xff" + b"\0" * (25 * 1024 * 1024), "The picture is larger than 25 MB."),
        (bomb("gif"), "GIF pictures are not taken."),
        (picture("GIF"), "GIF pictures are not taken."),
        (b"  <?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "This is a drawing or a page"),
        (b"<html><script>alert(1)</script>", "This is a drawing or a page"),
        (bomb("png"), "too many pixels"),
        (picture()[:9000], "damaged or cut off"),
        (picture("PNG")[:-30], "damaged or cut off"),
        (picture("WEBP")[:-30], "damaged or cut off"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "no picture we can read"),
        (b"MZ\x90\x00" + b"\0" * 500, "no picture we can read"),
        (b"%PDF-1.7\n" + b"\0" * 500, "no picture we can read"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "HEIC and AVIF pictures are not read here."),
        (picture("TIFF"), "no picture we can read"),
        (picture(size=(100, 100)), "too small"),
        (picture(size=(6000, 130)), "too long and narrow"),
        (polyglot(b"<script>alert(1)</script>"), "more than a picture"),
        (polyglot(b"<?php system('x'); ?>"), "more than a picture"),
        (polyglot(b"PK\x05\x06" + b"\0" * 18), "more than a picture"),
        (polyglot(b"%PDF-1.4\n1 0 obj"), "more than a picture"),
    ],
)
def test_photo_is_refused_in_the_readers_words_when_it_is_none(app: Flask, content: bytes, message: str) -> None:
    row = make_delegate(make_conference())

    with app.test_request_context("/en/"), pytest.raises(Refusal) as caught:
        set_photo(delegate=row, content=content, crop=None, actor=ACTOR, at=NOW)

    assert (caught.value.field, message in str(caught.value.message)) == ("file", True)
    assert db.session.scalars(select(DelegatePhoto)).all() == []


def test_moving_picture_is_refused(app: Flask) -> None:
    frames = [Image.new("RGB", (200, 300), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:])

    with pytest.raises(Refusal, match="The picture moves"):
        portrait(target.getvalue())


def upload(visitor: FlaskClient, row: Delegate, content: bytes, **more: str) -> Any:
    return visitor.post(
        f"/en/delegate/{row.token}/photo", data={"file": (io.BytesIO(content), "me.jpg"), **more},
        content_type="multipart/form-data",
    )  # fmt: skip


def test_own_page_keeps_shows_and_removes_the_photo(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference())

    saved = upload(visitor, row, picture(), crop="0,0,0.5625,1")
    page = visitor.get(f"/en/delegate/{row.token}").text
    file = visitor.get(f"/en/delegate/{row.token}/photo.jpg")
    path = photo_of(row)
    assert path is not None
    removed = visitor.post(f"/en/delegate/{row.token}/photo", data={"deed": "remove"})

    assert (saved.status_code, removed.status_code) == (303, 303)
    assert f"/en/delegate/{row.token}/photo.jpg" in page
    assert (file.status_code, file.mimetype, file.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert not path.exists()
    assert photo_of(row) is None
    assert visitor.get(f"/en/delegate/{row.token}/photo.jpg").status_code == 404


@pytest.mark.parametrize(
    ("content", "message"), [(b"GIF89a....", "GIF pictures are not taken."), (b"", "choose a file")]
)
def test_own_page_tells_at_the_field_what_is_wrong(
    app: Flask, visitor: FlaskClient, content: bytes, message: str
) -> None:
    row = make_delegate(make_conference())

    answer = upload(visitor, row, content) if content else visitor.post(f"/en/delegate/{row.token}/photo", data={})

    assert (answer.status_code, message in answer.text, 'aria-invalid="true"' in answer.text) == (422, True, True)


def test_own_page_refuses_sixty_megabytes_in_the_readers_language(app: Flask, visitor: FlaskClient) -> None:
    row = make_delegate(make_conference())

    answer = visitor.post(
        f"/de/delegate/{row.token}/photo", data=b"\0" * 60_000_000, content_type="multipart/form-data; boundary=b"
    )  # fmt: skip

    assert (answer.status_code, 'lang="de"' in answer.text) == (413, True)
    assert db.session.scalars(select(DelegatePhoto)).all() == []


def test_photo_is_published_only_while_the_person_agrees(app: Flask) -> None:
    row = make_delegate(make_conference())
    set_photo(delegate=row, content=picture(), crop=None, actor=ACTOR, at=NOW)

    before = public_photo_of(row)
    give_consent(delegate=row, purpose=Purpose.PHOTO, language="en", actor=ACTOR, at=NOW)
    while_agreed = public_photo_of(row)
    withdraw_consent(delegate=row, purpose=Purpose.PHOTO, actor=ACTOR, at=NOW)

    assert (before, while_agreed, public_photo_of(row)) == (None, photo_of(row), None)
    assert photo_of(row) is not None  # still there for the badge


def test_same_picture_of_two_people_stays_while_one_has_it(app: Flask) -> None:
    conference = make_conference()
    one, other = make_delegate(conference, "R1"), make_delegate(conference, "R2")
    for row in (one, other):
        set_photo(delegate=row, content=picture(), crop=None, actor=ACTOR, at=NOW)
    path = photo_of(one)
    assert path is not None

    remove_photo(delegate=one, actor=ACTOR, at=NOW)
    kept = (path.exists(), photos_of([one.id, other.id]) == {other.id: path})
    set_photo(delegate=other, content=picture(size=(900, 1200)), crop=None, actor=ACTOR, at=NOW)

    assert (kept, path.exists()) == ((True, True), False)
    assert not remove_photo(delegate=one, actor=ACTOR, at=NOW)


def test_desk_sees_and_removes_a_photo(app: Flask, staff: Any) -> None:
    conference = make_conference()
    row = make_delegate(conference)
    set_photo(delegate=row, content=picture(), crop=None, actor=ACTOR, at=NOW)
    here = f"/en/desk/c/{conference.slug}/delegates/{row.public_id}"
    desk, secretariat = staff("desk"), staff("secretariat")

    assert desk.get(f"{here}/photo.jpg").mimetype == "image/jpeg"
    assert f"{here}/photo.jpg" in desk.get(here).text
    assert desk.post(f"{here}/photo/remove").status_code == 403
    assert secretariat.post(f"{here}/photo/remove").status_code == 303
    assert photo_of(row) is None


def test_photo_files_lie_in_the_data_folder_by_their_sign(app: Flask) -> None:
    row = make_delegate(make_conference())

    kept = set_photo(delegate=row, content=picture(), crop=None, actor=ACTOR, at=NOW)

    path = photo_of(row)
    assert path == Path(app.config["SETTINGS"].data) / "photos" / kept.sha256[:2] / f"{kept.sha256}.jpg"
    assert path.stat().st_size == kept.size


def test_desk_puts_in_a_photo_by_the_same_checks_and_consents_to_nothing(app: Flask, staff: Any) -> None:
    row = make_delegate(make_conference())
    client, url = staff("secretariat"), f"/en/desk/c/{row.conference.slug}/delegates/{row.public_id}/photo"

    def put_in(content: bytes) -> Any:
        return client.post(url, data={"file": (io.BytesIO(content), "me.jpg"), "crop": "0,0,0.5625,1",
                                      "consent_photo": "y"}, content_type="multipart/form-data")  # fmt: skip

    refused, saved = put_in(b"GIF89a...."), put_in(picture())
    entry = of(row, limit=1)[0]

    assert (refused.status_code, "GIF pictures are not taken." in refused.text) == (422, True)
    assert (saved.status_code, photo_of(row) is not None, public_photo_of(row)) == (303, True, None)
    assert (entry.deed, entry.actor_label) == ("delegations.set_photo", "Test secretariat")
    assert client.post(f"{url}/remove").status_code == 303
    assert photo_of(row) is None
