"""Launchers: where a training run is executed, behind one port.

A run is a folder of files keyed by its id; it outlives the process that started it.
"""
