"""Doorstep: field-visit scheduling for overdue consumer loans."""

__version__ = "0.1.0"
