"""The whole portal on one machine: what `make run` starts, watches over and ends again."""
