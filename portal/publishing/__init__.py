"""How a post goes out: claim, arm, send, settle; look after what was lost. README tells the protocol."""
