"""`tsloss analyze`: the persistent homology of point clouds, in this process."""
