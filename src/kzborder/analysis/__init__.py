"""What is asked of the border: segments, counts, gaps, lengths, comparisons."""
