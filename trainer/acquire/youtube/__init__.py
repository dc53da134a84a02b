"""What is said in videos: YouTube's transcripts, and where there is none, the sound made text."""
