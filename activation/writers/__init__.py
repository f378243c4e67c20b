"""One module per system that is written to; all speak the protocol of `activation.writer`."""
