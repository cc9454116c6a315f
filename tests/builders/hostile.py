"""What should break a reader or a writer, and must not."""

# Lines of a log that are no events, or hardly.
JUNK = (b"", b" ", b"{}", b"[]", b"null", b'"access.request.create"', b"{access.request.create}",
        b'{"eventType":7}', b'{"eventType":"access.request.create","x":"\xff"}', b"\xef\xbb\xbf{}",
        b'{"eventType":"access.request.create"} {}', b"}{", b"\\u", b'{"a":"\\ud800"}')  # fmt: skip
# Texts that a configuration file could take for something of its own.
TEXTS = (
    "[stanza]", "a\n[stanza]", "a\n[stanza]\nsearch = *", "# no comment", "a = b", "`macro`",
    "$token$", "back\\", "back\\\\", "\\", "| delete", '"quoted"', "a\r\nb", "a\x0bb", "a\u2028b",
    "a\x85b", " blanks ", "\t", "é😀", "\u202e", "\x00", "", "]", "[", "a\\\n[b]", "x" * 5000,
)  # fmt: skip
