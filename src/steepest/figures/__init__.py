"""WHAT IS SHOWN: figures as plain data, made by pure functions; one file draws them."""
