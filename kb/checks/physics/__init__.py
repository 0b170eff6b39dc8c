"""Physics (KB5xx): whether memory and bandwidth allow what a case claims."""
