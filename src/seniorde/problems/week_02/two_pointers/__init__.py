"""Two pointers: what one look at two positions lets you never look at again."""
