"""The demo office: a fixed visit to Desa Liyu, its sheets, its invented people and their scans."""
