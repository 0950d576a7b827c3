"""What guides, drills, movements and the shelf of guides are, as frozen values, and their TOML read into them."""
