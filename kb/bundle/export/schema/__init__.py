"""What a program may rely on in the export: its JSON Schema, and the promise that goes with it."""
