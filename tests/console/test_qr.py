"""What a page draws is the QR code, module by module."""

import re

import segno

from responder.console.qr import BORDER, drawing

ADDRESS = "otpauth://totp/marketplace-responder%3Aann?secret=JBSWY3DPEHPK3PXP&issuer=x"


def test_the_drawing_is_dark_exactly_where_the_code_is() -> None:
    made = drawing(ADDRESS)

    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", made.path)
        for step in range(int(length))
    }
    code = segno.make(ADDRESS, error="m", micro=False)
    modules = enumerate(code.matrix_iter(border=BORDER))
    assert dark == {(x, y) for y, row in modules for x, one in enumerate(row) if one}
    assert made.size == code.symbol_size(border=BORDER)[0]
    assert re.sub(r"M\d+ \d+h(\d+)v1h-\1z", "", made.path) == ""


def test_another_secret_is_another_drawing() -> None:
    assert drawing(ADDRESS) != drawing(ADDRESS.replace("JBSW", "JBSX"))
