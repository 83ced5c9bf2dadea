"""Networking: what a DNS answer says, how a network is divided, and which way a packet takes."""
