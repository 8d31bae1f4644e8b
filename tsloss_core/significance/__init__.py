"""Tests of significance and intervals that experiments and analyses share."""
