"""The pages in a real browser (Debian's Chromium), served by the real server."""
