#!/bin/sh
# Deploys.
cd $1
echo `date`
rm -rf "$DIR/"*
