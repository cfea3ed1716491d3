"""The fast clock: leads and deals in one compiled event loop over arrays. It knows no organization."""
