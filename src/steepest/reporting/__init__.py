"""Saved runs told on one page: verdict, data, model, pictures, forecast, how to reproduce."""
