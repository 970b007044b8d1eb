"""The live channel: handshake, messages in, frames out."""
