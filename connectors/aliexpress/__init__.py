"""AliExpress, over TOP."""
