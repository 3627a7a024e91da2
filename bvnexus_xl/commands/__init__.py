"""What the commands of ``bvnexus-xl`` do, by subject; ``cli`` names them and turns errors into exit codes."""
