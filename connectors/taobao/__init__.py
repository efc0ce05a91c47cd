"""Taobao and Tmall, through the open platform (TOP). See README.md in this folder."""
