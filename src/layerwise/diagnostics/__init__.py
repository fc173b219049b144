"""Looking inside a network: is its gradient right, and is its training healthy?"""
