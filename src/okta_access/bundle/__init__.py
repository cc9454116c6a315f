"""The release: archives, manifest and checksums."""
