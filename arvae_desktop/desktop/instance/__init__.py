"""One app for each user and data folder: the first start holds a place, later ones speak to it there."""
