"""The zip for Gradescope: what goes into it, its bytes, and a trial of them. It stays at home."""
