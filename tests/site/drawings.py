"""What tests of several drawings look at."""

from xml.etree import ElementTree as ET


def told_by(root: ET.Element) -> list[str]:
    """Return the words that a drawing is told by to who does not see it; each has to be there."""
    found = []
    for name in (root.get("aria-labelledby") or "").split():
        element = root.find(f".//*[@id='{name}']")
        assert element is not None, name
        assert element.text, name
        found.append(element.text)
    assert found
    return found
