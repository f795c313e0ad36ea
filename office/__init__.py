"""The kecamatan office: rounds, intake, review, register, reports (Django)."""
