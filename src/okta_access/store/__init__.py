"""What is kept between runs: a folder of files that may vanish at any time without harm."""
