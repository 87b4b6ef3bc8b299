"""Analysis of a border: segments, statistics, counts, gaps, lengths, buffers, comparisons."""
