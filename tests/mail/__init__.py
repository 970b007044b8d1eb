"""Letters by e-mail, taken by a real SMTP server."""
