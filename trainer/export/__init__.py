"""From a folder of weights to a model in Ollama: conversion, quantisation, import, parity."""
