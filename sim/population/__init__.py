"""Who uploads: stations, their kelurahan and kecamatan, and one night's draws about them."""
