"""What stands on the pages of a PDF."""

import io
import re

import pypdfium2

A4_POINTS = (595, 842)


def pages_of(content: bytes) -> list[str]:
    """The text of each page, without the marks that allow a line to break."""
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    try:
        texts = []
        for page in document:
            assert tuple(round(side) for side in page.get_size()) == A4_POINTS
            text = page.get_textpage()
            texts.append(re.sub("[\u200b\ufffe]", "", text.get_text_bounded()).replace("\u00a0", " "))
            text.close()
            page.close()
        return texts
    finally:
        document.close()
