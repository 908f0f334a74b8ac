"""The built book on paper: a PDF for print, and an e-book."""
