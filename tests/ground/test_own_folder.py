"""What a killed test run left is removed by the next one, and nobody else's."""

from __future__ import annotations

from pathlib import Path

from tests.own_folder import make_folder, remove_left


def test_folder_of_a_run_is_removed_only_when_the_run_has_ended(tmp_path: Path) -> None:
    folder, lock = make_folder(tmp_path)
    (tmp_path / "ratusha-tests-just-begun").mkdir()
    remove_left(tmp_path)
    assert folder.is_dir()
    lock.close()
    remove_left(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["ratusha-tests-just-begun"]
