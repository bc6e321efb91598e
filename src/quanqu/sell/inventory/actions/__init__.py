"""What changes stock: postings, holds, and what becomes of holds."""
