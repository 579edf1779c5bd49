"""ONE FIT, FROM A TABLE TO A MODEL: options, preparation, descent, the story, the run folder."""
