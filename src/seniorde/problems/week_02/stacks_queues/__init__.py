"""Stacks and queues: who goes first, from open blocks and spans to buffers that push back."""
