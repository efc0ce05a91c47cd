"""TOP, the open platform of Taobao, Tmall and AliExpress: signatures, requests, answers, errors."""
