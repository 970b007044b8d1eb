"""The auctioneer's pages."""
