namespace Oci.Testing;

/// <summary>What a <see cref="TreeListing"/> leaves out.</summary>
[Flags]
public enum ListingOptions
{
    None = 0,
    WithoutTimes = 1,
    WithoutRoot = 2,
    WholeSeconds = 4,
    WithoutOwners = 8,
}
