"""WHERE ROWS COME FROM: arrays, files and the tables of the lecture notes. Knows no loss."""
